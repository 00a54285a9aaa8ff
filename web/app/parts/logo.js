// The sign: a fanlight, the half-round window over a door.
import { html } from "../../vendor/preact.js";

export const Logo = () => html`
  <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
    <path d="M3 24a13 13 0 0 1 26 0z" /><path d="M11 24a5 5 0 0 1 10 0M16 19v-8M12.5 20.500 6.800 14.800M19.500 20.500l5.700-5.700" />
  </svg>`;
