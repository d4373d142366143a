// Files and titles of the pages of messages, and links between them.
import { posix } from 'node:path'
import { code } from './markdown.mjs'

/** Returns the ID that typedoc gives to a heading. */
export const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-')

const fileName = (text) => text.replaceAll(/[^\w.-]+/g, '-')

/** Headings of structs and constants. */
export const structHeading = ({ name }) => `struct ${name}`
export const constantsHeading = ({ name, values }) => name || Object.keys(values)[0]

/** Returns the file of the page with the structs and constants of a header. */
export const headerFile = (header) => `messages/headers/${header ? fileName(header.replace(/\.h$/, '')) : 'other'}.md`

/** Files and titles of the pages. */
export class MessageFiles {
  #files = new Map()
  #titles = new Map()

  constructor(catalog) {
    const sets = [...catalog.sets.values()]
    const taken = new Set()
    for (const set of sets) {
      const isAlone = sets.filter(({ name }) => name === set.name).length === 1
      const [user] = set.users
      const by = user?.set ? `${user.set.name} ${user.key}` : user?.message?.name
      this.#titles.set(set, isAlone || !by ? `${set.name}_*` : `${set.name}_* in ${by}`)
      const base = `messages/${fileName(set.family.name)}/${fileName(set.name)}.attributes`
      let file = base
      for (let number = 2; taken.has(file); number++) file = `${base}-${number}`
      taken.add(file)
      this.#files.set(set, `${file}.md`)
    }
  }

  title = (set) => this.#titles.get(set)
  set = (set) => this.#files.get(set)
  family = ({ name }) => `messages/${fileName(name)}/index.md`
  message = (family, { name, direction = '' }) =>
    `messages/${fileName(family.name)}/${fileName(direction ? `${name}-${direction}` : name)}.md`
}

/** Links on one page. */
export class PageLinks {
  constructor(catalog, files, here) {
    this.catalog = catalog
    this.files = files
    this.here = here
  }

  to(words, file, anchor) {
    return `[${words}](${posix.relative(posix.dirname(this.here), file)}${anchor ? `#${anchor}` : ''})`
  }

  family(family) {
    return this.to(code(family.name), this.files.family(family))
  }

  message(family, message) {
    return this.to(code(message.name), this.files.message(family, message))
  }

  /** Returns a link to the set of a declaration. */
  set({ table }) {
    const set = this.catalog.sets.get(table)
    return this.to(code(this.files.title(set)), this.files.set(set))
  }

  struct({ members }) {
    const struct = this.catalog.structs.get(members)
    const heading = structHeading(struct)
    return this.to(code(heading), headerFile(struct.header), anchorOf(heading))
  }

  constants(constants) {
    const entry = this.catalog.constantsFor(constants)
    const heading = constantsHeading(entry)
    return this.to(code(heading), headerFile(entry.header), anchorOf(heading))
  }

  /** Returns a link to the set or message that contains another set, with the key there. */
  user({ set, message, family, key }) {
    const link = set ? this.to(code(this.files.title(set)), this.files.set(set)) : this.message(family, message)
    return key && set ? `${link}, ${code(key)}` : link
  }
}
