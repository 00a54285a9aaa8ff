// Who likes a post.
import { html } from "../../vendor/preact.js";
import { PeopleView } from "../parts/people-view.js";

/** @param {{id: string}} props */
export const View = ({ id }) => html`
  <${PeopleView} title="Likes" back="/p/${id}" path="/posts/${id}/likes" icon="heart" nobody="Nobody likes this yet" hint="You could be the first." />`;
