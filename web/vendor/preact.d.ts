// The types of preact.js beside it; read by `make web-types` alone.
export { Component, h, render } from "preact";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked } from "@preact/signals";
export const html: (strings: TemplateStringsArray, ...values: any[]) => any;
