// Everything about oneself: profile, privacy, looks, one's data, and leaving.
import { html } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say, sayWhy } from "../notices.js";
import { Switch } from "../parts/form.js";
import { DeleteAccount } from "../parts/delete-account.js";
import { EditProfile } from "../parts/edit-profile.js";
import { Export } from "../parts/export.js";
import { showKeys } from "../parts/keys.js";
import { Button, Icon } from "../parts/small.js";
import { go } from "../router.js";
import { logOut, me } from "../session.js";
import { hasKeys, theme } from "../taste.js";
import { useTitle } from "../title.js";

const THEMES = [["system", "As the system"], ["light", "Light"], ["dark", "Dark"]];

export function View() {
  useTitle("Settings");
  const leave = () => logOut().then(() => go("/"));
  return html`
    <div class="column settings">
      <header class="view-head"><h1>Settings</h1></header>
      <${Section} title="Profile"><${EditProfile} /><//>
      <${Section} title="Account">
        <a class="line-link" href="/settings/account">Username, password, e-mail and sessions <${Icon} name="chevron-right" /></a>
      <//>
      <${Section} title="Privacy">
        <${Switch} label="Private account" hint="Only people you approve see your pictures and stories. Followers you have stay."
          checked=${me.value?.is_private} onChange=${setPrivate} />
        <a class="line-link" href="/settings/blocked">Blocked people <${Icon} name="chevron-right" /></a>
        <a class="line-link" href="/settings/muted">Muted people <${Icon} name="chevron-right" /></a>
      <//>
      <${Section} title="Look">
        <fieldset class="segments"><legend class="unseen">Theme</legend>
          ${THEMES.map(([id, label]) => html`<label><input type="radio" class="unseen" name="theme" checked=${theme.value === id} onChange=${() => (theme.value = id)} /><span>${label}</span></label>`)}
        </fieldset>
      <//>
      <${Section} title="Keys">
        <${Switch} label="Keyboard shortcuts" hint="The key ? shows the list." checked=${hasKeys.value} onChange=${(/** @type {boolean} */ is) => (hasKeys.value = is)} />
        <div><${Button} onClick=${showKeys}>Show the shortcuts<//></div>
      <//>
      <${Section} title="Your data"><${Export} /><//>
      <${Section} title="Leave">
        <div class="row"><${Button} onClick=${leave}><${Icon} name="log-out" />Log out<//></div>
        <${DeleteAccount} />
      <//>
    </div>`;
}

/** @param {any} props */
const Section = ({ title, children }) => html`
  <section aria-label=${title}><h2>${title}</h2>${children}</section>`;

/** @param {boolean} is_private */
async function setPrivate(is_private) {
  const before = me.value;
  me.value = { .../** @type {User} */ (before), is_private };
  try {
    me.value = await call("PATCH", "/me", { body: { is_private } });
    say(is_private ? "Your account is private now." : "Your account is open now.");
  } catch (error) {
    me.value = before;
    sayWhy(error, () => setPrivate(is_private));
  }
}
