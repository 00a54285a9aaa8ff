// Settings of this browser: the theme, and whether letters are shortcuts.
import { effect, signal } from "../vendor/preact.js";
import { inBrowser } from "./kept.js";

/** @type {Signal<string>} "system", "light" or "dark" */
export const theme = signal(inBrowser.read("theme") ?? "system");
/** @type {Signal<boolean>} */
export const hasKeys = signal(inBrowser.read("keys") !== "off");

effect(() => {
  inBrowser.write("theme", theme.value === "system" ? null : theme.value);
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});
effect(() => inBrowser.write("keys", hasKeys.value ? null : "off"));
