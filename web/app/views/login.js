// Log in; the view that was asked for appears behind it. An account that awaits its code gets the
// step that takes it.
import { html, useState } from "../../vendor/preact.js";
import { ConfirmCode } from "../parts/confirm-code.js";
import { Field, Form, Switch } from "../parts/form.js";
import { Entrance } from "../parts/entrance.js";
import { go, place } from "../router.js";
import { logIn, me } from "../session.js";

const NOT_CONFIRMED = "/problems/not-confirmed";

export function View() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isKept, setKept] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const name = username.trim().toLowerCase();
  const isAsked = place.value.path !== "/login";
  const enter = async () => {
    await logIn({ username: name, password }, isKept);
    if (!isAsked) go("/", { replaces: true });
  };
  const refused = (/** @type {{type: string | null}} */ { type }) => setNeedsCode(type === NOT_CONFIRMED);
  if (needsCode) {
    return html`
      <${ConfirmCode} username=${name} onConfirmed=${enter}>
        <p class="meta">A wrong address? <a href="/signup">Sign up again</a> with the same username and password.</p>
      <//>`;
  }
  if (me.value && !isAsked) return html`<${Entrance} title="You are logged in"><a class="button primary" href="/">Go home</a><//>`;
  return html`
    <${Entrance} title=${isAsked ? "Log in to see this" : "Log in"}>
      <${Form} submit="Log in" onSubmit=${enter} onRefused=${refused}>
        <${Field} label="Username" name="username" autocomplete="username" autocapitalize="none" spellcheck=${false} value=${username} onInput=${setUsername} />
        <${Field} label="Password" name="password" type="password" autocomplete="current-password" value=${password} onInput=${setPassword} />
        <${Switch} label="Keep me signed in" hint="On this device, until you log out. Leave it off where others use it too." checked=${isKept} onChange=${setKept} />
      <//>
      <p><a href="/reset">Forgot your password?</a></p>
      <p class="meta">New here? <a href="/signup">Sign up</a></p>
    <//>`;
}
