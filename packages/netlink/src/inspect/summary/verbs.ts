import { NLM_F_NEW } from '../../message/index.js'
import type { Sketch } from './sketch.js'

const words: Readonly<Record<string, string>> = {
  ...{ NEW: 'new', ADD: 'new', CREATE: 'new', DEL: 'delete', DELETE: 'delete', REMOVE: 'delete', DESTROY: 'delete' },
  ...{ GET: 'get', SET: 'set', FLUSH: 'flush', DUMP: 'dump', CHANGE: 'change' },
}

const isDumpFlag = (flags: number) => (flags & 0x300) === 0x300

/** Returns `dump` for a request to get all objects. */
export const getVerb = ({ flags, message }: Sketch): string => (message.toKernel && isDumpFlag(flags) ? 'dump' : 'get')

/** Returns the verb of a request that creates or changes an object, according to its flags. */
export function newVerb({ flags, message }: Sketch): string {
  if (!message.toKernel) return 'new'
  if (flags & NLM_F_NEW.REPLACE) return flags & NLM_F_NEW.CREATE ? 'replace' : 'change'
  if (flags & NLM_F_NEW.APPEND) return 'append'
  return flags & NLM_F_NEW.CREATE ? 'new' : 'set'
}

/** Splits the name of a command into its verb and the other words: `NL80211_CMD_GET_SCAN` is `get` and `scan`. */
export function splitCommand(sketch: Sketch, command: string): { verb: string; object: string } {
  const tokens = command.split('_')
  const at = tokens.findIndex((token) => words[token] !== undefined)
  if (at < 0) return { verb: '', object: tokens.join(' ').toLowerCase() }
  const verb = words[tokens[at] ?? ''] ?? ''
  const object = tokens.filter((token, index) => index !== at && token !== 'REPLY' && token !== 'NTF')
  return { verb: verb === 'get' ? getVerb(sketch) : verb, object: object.join(' ').toLowerCase() }
}

/** Kinds whose plural is another word, or which are uncountable. */
const plurals: Readonly<Record<string, string>> = {
  ...{ neigh: 'neighbours', fdb: 'fdb entries', mdb: 'mdb entries', netconf: 'netconf', stats: 'stats' },
  'conntrack stats cpu': 'conntrack stats per CPU',
}

/** Returns the plural of a kind: `links`, `addresses`, `policies`. */
export function plural(kind: string): string {
  const known = plurals[kind]
  if (known !== undefined) return known
  if (/(ss|x|ch)$/.test(kind)) return `${kind}es`
  if (kind.endsWith('s')) return kind
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`
}

/** Splits a name whose verb has no separator: `NEWSA` is `new` and `SA`. */
export function splitVerb(sketch: Sketch, name: string): { verb: string; object: string } {
  const [, verb, object] =
    /^(NEW|DEL|GET|SET|UPD|FLUSH|ALLOC|ACQUIRE|EXPIRE|POLEXPIRE|MIGRATE|REPORT|MAPPING|DESTROY|RESET)(.*)$/.exec(
      name,
    ) ?? []
  if (verb === undefined || object === undefined) return { verb: '', object: name }
  if (verb === 'GET') return { verb: getVerb(sketch), object }
  return { verb: verb === 'UPD' ? 'update' : (words[verb] ?? verb.toLowerCase()), object }
}
