// What the browser keeps for the page. A storage that is full or forbidden only forgets sooner.

/** @param {() => Storage} storage */
function keeper(storage) {
  /** @type {Map<string, string>} */
  const instead = new Map();
  return {
    /** @param {string} name */
    read(name) {
      try {
        return storage().getItem(`fanlight.${name}`) ?? instead.get(name) ?? null;
      } catch {
        return instead.get(name) ?? null;
      }
    },
    /** Write a text, or with null remove it. @param {string} name @param {string | null} text */
    write(name, text) {
      instead.delete(name);
      try {
        if (text === null) storage().removeItem(`fanlight.${name}`);
        else storage().setItem(`fanlight.${name}`, text);
      } catch {
        if (text !== null) instead.set(name, text);
      }
    },
  };
}

/** Lives as long as the tab. */
export const inTab = keeper(() => sessionStorage);
/** Lives until it is removed; all tabs see it. */
export const inBrowser = keeper(() => localStorage);
