// Changes one's own comment.
import { html, useState } from "../../vendor/preact.js";
import { say } from "../notices.js";
import { editComment } from "../reacting.js";
import { Dialog } from "./dialog.js";
import { Form } from "./form.js";

const MOST = 1000;

/** @param {{comment: CommentView, onDone: (edited: CommentView) => void, onClose: () => void}} props */
export function EditComment({ comment, onDone, onClose }) {
  const [text, setText] = useState(comment.text);
  const save = async () => {
    onDone(await editComment(comment.post_id, comment.comment_id, text.trim()));
    say("The comment is changed.");
    onClose();
  };
  return html`
    <${Dialog} title="Edit the comment" onClose=${onClose}>
      <${Form} submit="Save changes" onSubmit=${save} disabled=${!text.trim() || [...text].length > MOST}>
        <label class="field"><span>Comment</span>
          <textarea rows="3" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>
        </label>
      <//>
    <//>`;
}
