import { argumentNames } from './args.js'
import { keys } from './config-keys.js'
import { record, type UnknownKey } from './json.js'
import { nearest } from './nearest.js'
import { quote } from './quote.js'

/** Keys for other programs: of the specification (ipMasq), of libcni's lists, and of Multus. */
const others = new Set(['ipmasq', 'disablecheck', 'disablegc', 'deviceid', 'pcibusid'])

/** Objects that may contain keys for other plugins. In these, a key gets a note only if it is similar to a known key. */
const shared = new Set(['args', 'args.cni', 'capabilities', 'ipam', 'runtimeConfig'])

/** Maximum number of notes per call, and maximum length of a key in a note. */
const maxNotes = 10
const maxShown = 64

/** Maximum number of foreign keys per call that are compared with known keys. A comparison takes some 0.2 ms in QuickJS. */
const maxCompared = 100

const declared = record(Object.fromEntries(Object.entries(keys).map(([name, { type }]) => [name, type])))

/** Returns a note for each unknown key in the configuration. It contains the most similar known key. */
export function noteUnknownKeys(json: Record<string, unknown>): string[] {
  const isSimilar = limitedNearest()
  const found = (declared.unknownKeys?.(json, '') ?? []).filter((unknown) => isNoteworthy(unknown, isSimilar))
  const more = found.length > maxNotes ? [`${found.length - maxNotes} more unknown keys`] : []
  return [...found.slice(0, maxNotes).map(describe), ...more]
}

/**
 * Returns notes about unknown keys in CNI_ARGS. Most of these are for other plugins, so only keys that are similar to a known key
 * get a note.
 */
export function noteUnknownArguments(text: string): string[] {
  const given = text.split(';').map((pair) => pair.split('=', 1)[0] ?? '')
  const unknown = given.filter((key) => key !== '' && !argumentNames.includes(key))
  const near = unknown.slice(0, maxCompared).flatMap((key) => {
    const meant = nearest(key, argumentNames)
    return meant === undefined ? [] : [`ignored unknown key ${quote(key)} in CNI_ARGS: did you mean ${quote(meant)}?`]
  })
  return near.slice(0, maxNotes)
}

type IsSimilar = (unknown: UnknownKey) => boolean

/** Returns a function that tests whether a key is similar to a known key. After `maxCompared` calls it returns false. */
function limitedNearest(): IsSimilar {
  let compared = 0
  return ({ key, known }) => compared++ < maxCompared && nearest(key, known) !== undefined
}

/** False for keys of other programs. Keys with a slash, such as `cni.dev/…`, belong to a namespace. */
function isNoteworthy(unknown: UnknownKey, isSimilar: IsSimilar): boolean {
  const { path, key } = unknown
  if (key.includes('/') || (path === '' && others.has(key.toLowerCase()))) return false
  return !shared.has(path) || isSimilar(unknown)
}

function describe({ path, key, known }: UnknownKey): string {
  const shown = key.length > maxShown ? `${key.slice(0, maxShown)}…` : key
  if (path === '' && key === 'plugins')
    return `ignored "plugins": pass one of these configurations, with the cniVersion and name of the list`
  const meant = nearest(key, known)
  const question = meant === undefined ? '' : `: did you mean ${quote(meant)}?`
  return `ignored unknown key ${quote(shown)} in ${path === '' ? 'the configuration' : path}${question}`
}
