// The step that takes the code of a sign-up, which shows that the e-mail address is one's own.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say, sayWhy } from "../notices.js";
import { Entrance } from "./entrance.js";
import { Field, Form } from "./form.js";

/** `children`: another way, for those whose address is wrong. @param {any} props */
export function ConfirmCode({ username, onConfirmed, children }) {
  const [code, setCode] = useState("");
  const confirm = async () => {
    await call("POST", "/signup/confirm", { body: { username, code: code.trim() }, isOpen: true });
    await onConfirmed();
  };
  const resend = () =>
    call("POST", "/signup/resend", { body: { username }, isOpen: true }).then(() => say("A new code is on its way."), sayWhy);
  return html`
    <${Entrance} title="Look into your mail">
      <p>We have sent you a code. It shows that the address is yours.</p>
      <${Form} submit="Confirm" onSubmit=${confirm} disabled=${!code}>
        <${Field} label="Code" name="code" inputmode="numeric" autocomplete="one-time-code" value=${code} onInput=${setCode} />
      <//>
      <p><button type="button" class="text-button" onClick=${resend}>Send another code</button></p>
      ${children}
    <//>`;
}
