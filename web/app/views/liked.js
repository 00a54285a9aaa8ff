// The posts that one likes, newest like first.
import { html } from "../../vendor/preact.js";
import { Endless, useList } from "../parts/endless.js";
import { IconButton } from "../parts/small.js";
import { Later, Quiet, WallSkeleton } from "../parts/states.js";
import { Tile } from "../parts/tile.js";
import { goBack } from "../router.js";
import { useTitle } from "../title.js";

const PART = 12;

export function View() {
  useTitle("Liked");
  const list = useList("/me/likes");
  return html`
    <div class="column">
      <header class="view-head"><${IconButton} class="back" icon="arrow-left" label="Back" onClick=${() => goBack("/settings")} /><h1>Liked</h1></header>
      <${Endless} key=${list.path} list=${list} part=${PART} kind="wall" skeleton=${html`<${Later}><${WallSkeleton} /><//>`}
        draw=${(/** @type {Post} */ post) => html`<${Tile} key=${post.post_id} id=${post.post_id} />`}
        empty=${html`<${Quiet} icon="heart" title="You like nothing yet"><p>Posts that you like are listed here, for you alone.</p><//>`} />
    </div>`;
}
