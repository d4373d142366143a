import { argumentNames } from './args.js'
import { keys } from './config-keys.js'
import { record, type UnknownKey } from './json.js'
import { nearest } from './nearest.js'
import { quote } from './quote.js'

/**
 * Keys of a configuration that other programs read: of the specification (ipMasq), of libcni's lists, and those that Multus adds
 * for devices.
 */
const others = new Set(['ipmasq', 'disablecheck', 'disablegc', 'deviceid', 'pcibusid'])

/** Objects whose keys may be for other plugins: only what looks like one of ours is worth a note. */
const shared = new Set(['capabilities', 'ipam', 'runtimeConfig'])

/** Limits of the notes: the most notes of a call, and the most characters that they show of a key. */
const most = 10
const longest = 64

const declared = record(Object.fromEntries(Object.entries(keys).map(([name, { type }]) => [name, type])))

/** One line for each key of a configuration that nothing reads, with the key that may have been meant. */
export function noteUnknownKeys(json: Record<string, unknown>): string[] {
  const found = (declared.unknownKeys?.(json, '') ?? []).filter(isNoteworthy)
  const more = found.length > most ? [`${found.length - most} more unknown keys`] : []
  return [...found.slice(0, most).map(describe), ...more]
}

/** The same for CNI_ARGS, where most keys are other plugins': only near misses, of which the wrong case is one. */
export function noteUnknownArguments(text: string): string[] {
  const given = text.split(';').map((pair) => pair.split('=', 1)[0] ?? '')
  const unknown = given.filter((key) => key !== '' && !argumentNames.includes(key))
  const near = unknown.flatMap((key) => {
    const meant = nearest(key, argumentNames)
    return meant === undefined ? [] : [`ignored unknown key ${quote(key)} in CNI_ARGS: did you mean ${quote(meant)}?`]
  })
  return near.slice(0, most)
}

/** A key with a slash is in a namespace of its own, like those of cni.dev. */
function isNoteworthy({ path, key, known }: UnknownKey): boolean {
  if (key.includes('/') || (path === '' && others.has(key.toLowerCase()))) return false
  return !shared.has(path) || nearest(key, known) !== undefined
}

function describe({ path, key, known }: UnknownKey): string {
  const shown = key.length > longest ? `${key.slice(0, longest)}…` : key
  const meant = nearest(key, known)
  const question = meant === undefined ? '' : `: did you mean ${quote(meant)}?`
  return `ignored unknown key ${quote(shown)} in ${path === '' ? 'the configuration' : path}${question}`
}
