// Changes a post's caption, place and alt texts.
import { html, useState } from "../../vendor/preact.js";
import { call } from "../api.js";
import { say } from "../notices.js";
import { posts } from "../store.js";
import { Dialog } from "./dialog.js";
import { AltField, CaptionField, Field, Form } from "./form.js";

/** @param {{post: Post, onClose: () => void}} props */
export function EditPost({ post, onClose }) {
  const [caption, setCaption] = useState(post.caption);
  const [location, setLocation] = useState(post.location ?? "");
  const [alts, setAlts] = useState(post.media.map(({ alt }) => alt ?? ""));
  const save = async () => {
    const media = post.media.map(({ media_id }, at) => ({ media_id, alt: alts[at].trim() || null }));
    const body = { caption, location: location.trim() || null, media };
    posts.keep(await call("PATCH", `/posts/${post.post_id}`, { body }));
    say("The post is changed.");
    onClose();
  };
  return html`
    <${Dialog} title="Edit the post" onClose=${onClose}>
      <${Form} submit="Save changes" onSubmit=${save}>
        <${CaptionField} value=${caption} onInput=${setCaption} />
        <${Field} label="Place" name="location" value=${location} onInput=${setLocation} maxlength="200" />
        ${post.media.map((media, at) => html`
          <div class="described" key=${media.media_id}>
            <img src=${media.renditions.thumbnail?.url ?? media.url} alt="" width="72" height="72" />
            <${AltField} number=${at + 1} value=${alts[at]} onInput=${(/** @type {string} */ alt) => setAlts(alts.map((one, index) => (index === at ? alt : one)))} />
          </div>`)}
      <//>
    <//>`;
}
