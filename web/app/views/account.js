// The account: its username, its password, its e-mail address, and its sessions.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say, sayWhy } from "../notices.js";
import { ChangeEmail } from "../parts/change-email.js";
import { ChangeUsername } from "../parts/change-username.js";
import { Field, Form } from "../parts/form.js";
import { Button, IconButton } from "../parts/small.js";
import { go, goBack } from "../router.js";
import { logOutEverywhere, me, take } from "../session.js";
import { sure } from "../sure.js";
import { useTitle } from "../title.js";

export function View() {
  useTitle("Account");
  return html`
    <div class="column settings">
      <header class="view-head">
        <${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack("/settings")} />
        <h1>Account</h1>
      </header>
      <section aria-label="A new username"><h2>A new username</h2><${ChangeUsername} /></section>
      <section aria-label="A new password"><h2>A new password</h2><${Password} /></section>
      <section aria-label="A new e-mail address"><h2>A new e-mail address</h2><${ChangeEmail} /></section>
      <section aria-label="Your sessions"><h2>Your sessions</h2>
        <p>Ends every session: here, and in all other browsers and apps.</p>
        <div class="row"><${Button} onClick=${leaveEverywhere}>Log out everywhere<//></div>
      </section>
    </div>`;
}

function Password() {
  const [password, setPassword] = useState("");
  const [changed, setChanged] = useState("");
  const [refusal, setRefusal] = useState(/** @type {any} */ (null));
  const change = async () => {
    setRefusal(null);
    take(await call("POST", "/me/password", { body: { password, new_password: changed } }));
    setPassword("");
    setChanged("");
    say("Your password is changed. All other sessions have ended.");
  };
  return html`
    <${Form} submit="Change the password" onSubmit=${change} onRefused=${setRefusal} disabled=${!password || !changed}>
      <input class="unseen" type="text" autocomplete="username" value=${me.value?.username} aria-label="Username" readonly tabindex="-1" />
      <${Field} label="Password" name="password" type="password" autocomplete="current-password" value=${password} onInput=${setPassword} wrong=${refusal?.about("password")} />
      <${Field} label="New password" name="new_password" type="password" hint="At least 8 characters" autocomplete="new-password" value=${changed} onInput=${setChanged} wrong=${refusal?.about("new_password")} />
    <//>`;
}

async function leaveEverywhere() {
  const text = "You will have to log in again in each of them.";
  if (!(await sure({ title: "Log out everywhere?", text, yes: "Log out", danger: true }))) return;
  logOutEverywhere().then(() => go("/"), (error) => sayWhy(error, leaveEverywhere));
}
