// Finds a user by the name in the address, or by the id, which outlives every name.
import { useEffect, useState } from "../vendor/preact.js";
import { call } from "./api.js";
import { me } from "./session.js";
import { people } from "./store.js";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/; // no username has a hyphen
/** Ids by name, of this visit. @type {Map<string, string>} */
const ids = new Map();

/** @param {string} name @returns {{user: User | null, error: any, load: () => void}} */
export function useUser(name) {
  const [error, setError] = useState(/** @type {any} */ (null));
  const [, setLoaded] = useState(0);
  const load = () => {
    setError(null);
    userNamed(name).then(() => setLoaded((count) => count + 1), setError);
  };
  useEffect(load, [name]);
  const user = people.at(ids.get(name) ?? "").value;
  return { user, error: user && error?.isTransient ? null : error, load };
}

/** @type {Map<string, Promise<User>>} */
const asked = new Map();

/** A user as they are now, for many who ask at once: one request. @param {string} name */
export function userAgain(name) {
  const asking = asked.get(name) ?? userNamed(name).finally(() => asked.delete(name));
  asked.set(name, asking);
  return asking;
}

/** @param {string} name @returns {Promise<User>} */
export async function userNamed(name) {
  const user = await call("GET", ID.test(name) ? `/users/${name}` : `/users?username=${encodeURIComponent(name)}`);
  ids.set(name, user.user_id);
  if (user.user_id === me.value?.user_id) me.value = { ...me.value, ...user };
  return people.keep(user);
}
