// A new password, by a code that comes by e-mail.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say } from "../notices.js";
import { Entrance } from "../parts/entrance.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../router.js";

export function View() {
  const [username, setUsername] = useState("");
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [isSent, setSent] = useState(false);
  const name = username.trim().toLowerCase();
  const ask = async () => {
    await call("POST", "/password/forgot", { body: { username: name }, isOpen: true });
    setSent(true);
  };
  const change = async () => {
    await call("POST", "/password/reset", { body: { username: name, code: code.trim(), password }, isOpen: true });
    say("Your password is changed. Log in with it.");
    go("/login", { replaces: true });
  };
  if (!isSent) {
    return html`
      <${Entrance} title="A new password">
        <p>Say who you are. If the name is known, a code goes to its e-mail address.</p>
        <${Form} submit="Send the code" onSubmit=${ask} disabled=${!username}>
          <${Field} label="Username" name="username" autocomplete="username" autocapitalize="none" value=${username} onInput=${setUsername} />
        <//>
        <p class="meta"><a href="/login">Log in</a></p>
      <//>`;
  }
  return html`
    <${Entrance} title="A new password">
      <p>If ${username} is known here, a code is on its way.</p>
      <${Form} submit="Change the password" onSubmit=${change} disabled=${!code || !password}>
        <${Field} label="Code" name="code" inputmode="numeric" autocomplete="one-time-code" value=${code} onInput=${setCode} />
        <${Field} label="Password" name="password" type="password" hint="At least 8 characters" autocomplete="new-password" value=${password} onInput=${setPassword} />
      <//>
    <//>`;
}
