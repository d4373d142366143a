// Loads a compiler, which the other steps of the build do without.
import { declarationDocs } from './declaration-docs.mjs'

/** Returns the kernel's name of an attribute, as `attributes` derives it from the key. */
const derivedName = (prefix, key) => `${prefix}_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`

/**
 * Returns the comments of netlink's declarations by the kernel's name: of nests and attributes (`IFLA_MTU`), of structs and their members
 * (`ifinfomsg.index`). A name that several declarations have with different comments is left out, and so are sets that have the name of
 * no attribute, because the page does not show them.
 */
export function docsByName() {
  const docs = new Map()
  const attributes = new Set()
  const add = (name, text) => text && docs.set(name, docs.has(name) && docs.get(name) !== text ? undefined : text)
  const sets = []
  for (const { call, name, comment, keys, members, kernelNames } of declarationDocs()) {
    if (call === 'struct') {
      add(name, comment)
      for (const [key, text] of Object.entries(members)) add(`${name}.${key}`, text)
    } else if (call === 'attributes') {
      sets.push([name, comment])
      for (const key of keys) {
        const kernelName = kernelNames[key] ?? derivedName(name, key)
        attributes.add(kernelName)
        add(kernelName, members[key])
      }
    }
  }
  const described = new Set(docs.keys())
  // The page shows the name above the comment, so that the comment need not begin with it.
  for (const [name, comment] of sets)
    if (attributes.has(name) && !described.has(name)) add(name, comment.replace(`${name}_*, `, ''))
  return Object.fromEntries([...docs].filter(([, text]) => text).sort(([one], [other]) => (one < other ? -1 : 1)))
}
