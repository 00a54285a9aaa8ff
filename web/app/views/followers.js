// Who follows somebody.
import { html } from "../../vendor/preact.js";
import { PeopleOf } from "../parts/people-of.js";

/** @param {{name: string}} props */
export const View = ({ name }) => html`<${PeopleOf} name=${name} list="followers" title="Followers" empty="Nobody follows yet." />`;
