import { maxId } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { quote, quoteList } from './quote.js'

/** The values in CNI_ARGS that this plugin uses. */
export interface Args {
  MAC?: string
  OWNER?: number
  GROUP?: number
  MULTIQUEUE?: boolean
  TC_REDIRECT_TAP_NAME?: string
}

/** Parsers of the values, by key. Keys are case-sensitive. */
export const argumentKeys = {
  MAC: (MAC: string): Args => ({ MAC }),
  OWNER: (value: string, pair: string): Args => ({ OWNER: parseId(value, pair) }),
  GROUP: (value: string, pair: string): Args => ({ GROUP: parseId(value, pair) }),
  MULTIQUEUE: (value: string, pair: string): Args => ({ MULTIQUEUE: parseBool(value, pair) }),
  // The keys of tc-redirect-tap, which firecracker-go-sdk sets.
  TC_REDIRECT_TAP_NAME: (TC_REDIRECT_TAP_NAME: string): Args => ({ TC_REDIRECT_TAP_NAME }),
  TC_REDIRECT_TAP_UID: (value: string, pair: string): Args => ({ OWNER: parseId(value, pair) }),
  TC_REDIRECT_TAP_GID: (value: string, pair: string): Args => ({ GROUP: parseId(value, pair) }),
}

const known = new Map(Object.entries(argumentKeys))

/** The keys of CNI_ARGS for this plugin. */
export const argumentNames: readonly string[] = [...known.keys(), 'IgnoreUnknown']

/**
 * Parses CNI_ARGS: `KEY=value;KEY=value`. Keys are case-sensitive. Unknown keys are an error unless `IgnoreUnknown` is true.
 * @throws {CniError} 4 if it is invalid
 */
export function parseArgs(text: string): Args {
  const args: Args = {}
  const unknown: string[] = []
  let ignoreUnknown = false
  for (const pair of text === '' ? [] : text.split(';')) {
    const [key, value, ...more] = pair.split('=')
    if (key === undefined || value === undefined || more.length > 0)
      throw invalid(`invalid pair ${quote(pair)}`, 'invalid pair')
    const read = known.get(key)
    if (read !== undefined) Object.assign(args, read(value, pair))
    else if (key === 'IgnoreUnknown') ignoreUnknown = parseBool(value, pair)
    else unknown.push(pair)
  }
  if (unknown.length > 0 && !ignoreUnknown)
    throw invalid(`unknown args ${quoteList(unknown)}`, `unknown args ${quoteList(unknown.map(keyOf))}`)
  return args
}

function parseBool(value: string, pair: string): boolean {
  const text = value.toLowerCase()
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw unreadable(pair, `boolean unmarshal error: invalid input ${text}`)
}

function parseId(value: string, pair: string): number {
  const id = /^[0-9]{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (id <= maxId) return id
  throw unreadable(pair, `expected a number from 0 to ${maxId}`)
}

function unreadable(pair: string, why: string): CniError {
  return invalid(`error parsing value of pair ${quote(pair)}: ${why}`, `error parsing value of ${quote(keyOf(pair))}`)
}

const keyOf = (pair: string) => pair.split('=', 1)[0] ?? ''

/** `forLog` is the text for logs, without values: they may be secrets for other plugins. */
function invalid(what: string, forLog: string): CniError {
  return new CniError(ErrorCode.invalidEnvironment, `ARGS: ${what}`, '', `ARGS: ${forLog}`)
}
