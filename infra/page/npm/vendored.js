// Everything that the page takes from npm, as the one module web/vendor/preact.js.
import htm from "htm";
import { h } from "preact";

export { Component, h, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked } from "@preact/signals";
export const html = htm.bind(h);
