// Make an account; where the service asks for it, confirm the e-mail address by a code.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { ConfirmCode } from "../parts/confirm-code.js";
import { Entrance } from "../parts/entrance.js";
import { Field, Form } from "../parts/form.js";
import { go } from "../router.js";
import { logIn } from "../session.js";

export function View() {
  const [form, setForm] = useState({ username: "", email: "", password: "" });
  const [refusal, setRefusal] = useState(/** @type {any} */ (null));
  const [needsCode, setNeedsCode] = useState(false);
  /** @param {"username" | "email" | "password"} name */
  const field = (name) => ({
    name, value: form[name], wrong: refusal?.about(name),
    onInput: (/** @type {string} */ text) => setForm({ ...form, [name]: name === "username" ? text.trim().toLowerCase() : text }),
  });
  const enter = async () => {
    await logIn({ username: form.username, password: form.password });
    go("/", { replaces: true });
  };
  const join = async () => {
    setRefusal(null);
    const made = await call("POST", "/signup", { body: form, isOpen: true });
    if (made.confirmed) await enter();
    else setNeedsCode(true);
  };
  if (needsCode) {
    return html`
      <${ConfirmCode} username=${form.username} onConfirmed=${enter}>
        <p><button type="button" class="text-button" onClick=${() => setNeedsCode(false)}>Another address</button></p>
      <//>`;
  }
  return html`
    <${Entrance} title="Sign up">
      <${Form} submit="Sign up" onSubmit=${join} onRefused=${setRefusal}>
        <${Field} label="Username" hint="3 to 30 letters, digits, _ and . with a letter or digit at both ends" autocomplete="username" autocapitalize="none" spellcheck=${false} ...${field("username")} />
        <${Field} label="E-mail" type="email" autocomplete="email" ...${field("email")} />
        <${Field} label="Password" hint="At least 8 characters" type="password" autocomplete="new-password" ...${field("password")} />
      <//>
      <p class="meta">You have an account? <a href="/login">Log in</a></p>
    <//>`;
}
