// Follow, Requested, Following: one button that says how it stands.
import { html, useState } from "../../vendor/preact.js";
import { setFollowing } from "../following.js";
import { me } from "../session.js";
import { sure } from "../sure.js";
import { Button } from "./small.js";

const NAMES = { no: "Follow", requested: "Requested", yes: "Following" };

/** @param {{user: User}} props */
export function FollowButton({ user }) {
  const [isBusy, setBusy] = useState(false);
  const { following, blocked } = user.relationship;
  if (user.user_id === me.value?.user_id || blocked) return null;
  const change = async () => {
    const text = "It is private: to follow it again you have to ask again.";
    const leaves = following === "yes" && user.is_private;
    if (leaves && !(await sure({ title: `Unfollow ${user.username}?`, text, yes: "Unfollow" }))) return;
    setBusy(true);
    await setFollowing(user, following === "no");
    setBusy(false);
  };
  return html`
    <${Button} kind=${following === "no" ? "primary" : ""} aria-busy=${isBusy ? "true" : null} onClick=${change}
      title=${following === "no" ? null : following === "yes" ? "Unfollow" : "Take the request back"}>${NAMES[following]}<//>`;
}
