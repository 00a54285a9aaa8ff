// The way out, with its consequences said before the password is asked.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say } from "../notices.js";
import { go } from "../router.js";
import { leave } from "../session.js";
import { discardDrafts } from "../uploads.js";
import { Dialog } from "./dialog.js";
import { Field, Form } from "./form.js";
import { Button } from "./small.js";

export function DeleteAccount() {
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const end = async () => {
    await call("DELETE", "/me", { body: { password } });
    discardDrafts();
    leave();
    go("/", { replaces: true });
    say("Your account is deleted. What was yours goes within minutes.");
  };
  return html`
    <div><${Button} kind="danger" onClick=${() => setOpen(true)}>Delete my account…<//></div>
    ${isOpen && html`
      <${Dialog} title="Delete your account?" onClose=${() => setOpen(false)}>
        <ul class="consequences">
          <li>Your posts, pictures and stories go, for everybody, within minutes.</li>
          <li>So do your comments, your likes, and whom you follow.</li>
          <li>Nobody can bring it back.</li>
        </ul>
        <p>Export your data first if you want to keep it.</p>
        <${Form} submit="Delete my account" danger onSubmit=${end} disabled=${!password}>
          <${Field} label="Password" name="password" type="password" autocomplete="current-password" value=${password} onInput=${setPassword} />
        <//>
      <//>`}`;
}
