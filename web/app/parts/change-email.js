// A new e-mail address: a code goes to it, and shows that it is one's own.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say } from "../notices.js";
import { me } from "../session.js";
import { Field, Form } from "./form.js";

export function ChangeEmail() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isAsked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState(/** @type {any} */ (null));
  const own = /** @type {any} */ (me.value);
  const ask = async () => {
    setRefusal(null);
    await call("POST", "/me/email", { body: { email: email.trim(), password } });
    setPassword("");
    setAsked(true);
  };
  if (isAsked) return html`<${Confirm} email=${email.trim()} onDone=${() => (setAsked(false), setEmail(""))} />`;
  return html`
    <p>${own.email ? html`It is <b>${own.email}</b>${own.email_verified ? "." : ", not confirmed yet."}` : "There is none yet."}</p>
    <${Form} submit="Send a code" onSubmit=${ask} onRefused=${setRefusal} disabled=${!email || !password}>
      <${Field} label="New e-mail" name="email" type="email" autocomplete="email" value=${email} onInput=${setEmail} wrong=${refusal?.about("email")} />
      <${Field} label="Your password" name="email-password" type="password" autocomplete="current-password" value=${password} onInput=${setPassword} wrong=${refusal?.about("password")} />
    <//>`;
}

/** @param {{email: string, onDone: () => void}} props */
function Confirm({ email, onDone }) {
  const [code, setCode] = useState("");
  const confirm = async () => {
    me.value = await call("POST", "/me/email/confirm", { body: { code: code.trim() } });
    say("Your e-mail address is changed.");
    onDone();
  };
  return html`
    <p>A code is on its way to <b>${email}</b>. Until you confirm it, the present address counts.</p>
    <${Form} submit="Confirm" onSubmit=${confirm} disabled=${!code}>
      <${Field} label="Code" name="code" inputmode="numeric" autocomplete="one-time-code" value=${code} onInput=${setCode} />
    <//>
    <p><button type="button" class="text-button" onClick=${onDone}>Another address</button></p>`;
}
