// A new username. The old one leads nowhere then.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say } from "../notices.js";
import { me, show } from "../session.js";
import { outdate, people } from "../store.js";
import { Field, Form } from "./form.js";

export function ChangeUsername() {
  const [username, setUsername] = useState(me.value?.username ?? "");
  const [refusal, setRefusal] = useState(/** @type {any} */ (null));
  const change = async () => {
    setRefusal(null);
    const user = await call("POST", "/me/username", { body: { username } });
    show(people.keep(user));
    outdate(""); // names are in every list
    say(`You are ${user.username} now.`);
  };
  return html`
    <${Form} submit="Change the username" onSubmit=${change} onRefused=${setRefusal} disabled=${!username || username === me.value?.username}>
      <${Field} label="New username" name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} value=${username}
        hint="Twice in 30 days at most. Links to your old name stop working." onInput=${(/** @type {string} */ text) => setUsername(text.trim().toLowerCase())} wrong=${refusal?.about("username")} />
    <//>`;
}
