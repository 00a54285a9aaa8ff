// The session has ended while the page is in use: log in again right here, and nothing is lost.
import { html, useState } from "../../vendor/preact.js";
import { go } from "../router.js";
import { leave, logIn, me } from "../session.js";
import { Dialog } from "./dialog.js";
import { Field, Form } from "./form.js";
import { Button } from "./small.js";

export function SessionEnded() {
  const [password, setPassword] = useState("");
  const username = me.value?.username ?? "";
  const out = () => {
    leave();
    go("/");
  };
  return html`
    <${Dialog} title="Your session has ended" locked onClose=${out}>
      <p>Log in again as <b>${username}</b> to go on. What you were doing is still here.</p>
      <${Form} submit="Log in" onSubmit=${() => logIn({ username, password })}>
        <input class="unseen" type="text" autocomplete="username" value=${username} aria-label="Username" readonly tabindex="-1" />
        <${Field} label="Password" name="password" type="password" autocomplete="current-password" value=${password} onInput=${setPassword} autofocus />
      <//>
      <${Button} kind="plain" onClick=${out}>Log out<//>
    <//>`;
}
