// The views by their addresses: a view is one file and one line here. The first match counts.

/**
 * `isOpen`: nobody needs to be logged in. `nav`: which entry of the navigation it belongs to.
 * @typedef {{path: string, view: () => Promise<{View: any}>, isOpen?: boolean, nav?: string}} Route
 */

/** @type {Route[]} */
export const routes = [
  { path: "/", view: () => import("./views/home.js"), nav: "home" },
  { path: "/login", view: () => import("./views/login.js"), isOpen: true },
  { path: "/signup", view: () => import("./views/signup.js"), isOpen: true },
  { path: "/reset", view: () => import("./views/reset.js"), isOpen: true },
  { path: "/search", view: () => import("./views/search.js"), nav: "search" },
  { path: "/activity", view: () => import("./views/activity.js"), nav: "activity" },
  { path: "/new", view: () => import("./views/new.js"), nav: "new" },
  { path: "/settings", view: () => import("./views/settings.js"), nav: "me" },
  { path: "/settings/account", view: () => import("./views/account.js"), nav: "me" },
  { path: "/settings/blocked", view: () => import("./views/blocked.js"), nav: "me" },
  { path: "/settings/muted", view: () => import("./views/muted.js"), nav: "me" },
  { path: "/p/:id", view: () => import("./views/post.js") },
  { path: "/p/:id/likes", view: () => import("./views/likes.js") },
  { path: "/stories/:name", view: () => import("./views/stories.js") },
  { path: "/u/:name", view: () => import("./views/profile.js"), nav: "me" },
  { path: "/u/:name/followers", view: () => import("./views/followers.js"), nav: "me" },
  { path: "/u/:name/following", view: () => import("./views/following.js"), nav: "me" },
];
