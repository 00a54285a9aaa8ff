// The own profile: face, name, words.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say, sayWhy } from "../notices.js";
import { reasonAgainst, typeOf } from "../pure/upload-queue.js";
import { sendPicture, untilReady } from "../sending.js";
import { me } from "../session.js";
import { people } from "../store.js";
import { Field, Form } from "./form.js";
import { Avatar, Button } from "./small.js";

export function EditProfile() {
  const user = /** @type {User} */ (me.value);
  const [name, setName] = useState(user.display_name);
  const [bio, setBio] = useState(user.bio);
  const [refusal, setRefusal] = useState(/** @type {any} */ (null));
  const save = async () => {
    setRefusal(null);
    await change({ display_name: name.trim(), bio });
    say("Your profile is changed.");
  };
  return html`
    <${Face} user=${user} />
    <${Form} submit="Save changes" onSubmit=${save} onRefused=${setRefusal} disabled=${!name.trim()}>
      <${Field} label="Name" name="display_name" maxlength="64" autocomplete="name" value=${name} onInput=${setName} wrong=${refusal?.about("display_name")} />
      <${Field} label="About you" name="bio" rows="3" maxlength="500" value=${bio} onInput=${setBio} wrong=${refusal?.about("bio")} />
    <//>`;
}

/** @param {{user: User}} props */
function Face({ user }) {
  const [state, setState] = useState("");
  const choose = async (/** @type {any} */ event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    const reason = reasonAgainst(file.size, head);
    if (reason) return say(reason);
    try {
      setState("Sending…");
      const id = await sendPicture(file, /** @type {string} */ (typeOf(head)), "post", (share) => setState(`Sending, ${Math.round(share * 100)} %`));
      setState("Developing…");
      await untilReady(id);
      await change({ avatar_media_id: id });
    } catch (error) {
      sayWhy(error);
    }
    setState("");
  };
  return html`
    <div class="row face">
      <${Avatar} user=${user} size="huge" />
      <label class="button" aria-busy=${state ? "true" : null}>
        <input type="file" class="unseen" accept="image/*" aria-label="Choose your picture" onChange=${choose} disabled=${Boolean(state)} />
        ${state || "Change picture"}
      </label>
      ${user.avatar_url && html`<${Button} kind="plain" onClick=${() => change({ avatar_media_id: null }).catch(sayWhy)}>Remove<//>`}
    </div>`;
}

/** @param {any} body */
async function change(body) {
  me.value = people.keep(await call("PATCH", "/me", { body }));
}
