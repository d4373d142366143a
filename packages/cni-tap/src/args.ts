import { CniError, ErrorCode } from './error.js'
import { quote, quoteList } from './quote.js'

/** What CNI_ARGS may say to this plugin. */
export interface Args {
  MAC?: string
}

/**
 * Reads CNI_ARGS, `KEY=value;KEY=value`. Keys are matched in their case, and unknown ones are an error unless
 * `IgnoreUnknown` says otherwise.
 * @throws {CniError} 4
 */
export function parseArgs(text: string): Args {
  const args: Args = {}
  const unknown: string[] = []
  let ignoreUnknown = false
  for (const pair of text === '' ? [] : text.split(';')) {
    const [key, value, ...more] = pair.split('=')
    if (key === undefined || value === undefined || more.length > 0) throw invalid(`invalid pair ${quote(pair)}`)
    if (key === 'MAC') args.MAC = value
    else if (key === 'IgnoreUnknown') ignoreUnknown = parseBool(value, pair)
    else unknown.push(pair)
  }
  if (unknown.length > 0 && !ignoreUnknown) throw invalid(`unknown args ${quoteList(unknown)}`)
  return args
}

function parseBool(value: string, pair: string): boolean {
  const text = value.toLowerCase()
  if (text === '1' || text === 'true') return true
  if (text === '0' || text === 'false') return false
  throw invalid(`error parsing value of pair ${quote(pair)}: boolean unmarshal error: invalid input ${text}`)
}

function invalid(what: string): CniError {
  return new CniError(ErrorCode.invalidEnvironment, `ARGS: ${what}`)
}
