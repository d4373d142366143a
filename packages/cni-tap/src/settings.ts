import { parseArgs } from './args.js'
import { type Config, refuseMac } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { parseMac } from './mac.js'

/** What may be said of one attachment alone. */
export interface Settings {
  readonly mac: string | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
  readonly multiQueue: boolean
}

/**
 * What counts for this attachment: the runtime's word before CNI_ARGS, that before the configuration.
 * @throws {CniError} 4 where CNI_ARGS is malformed, 7 where it holds an address that no device can have
 */
export function readSettings(config: Config, argsText: string): Settings {
  const args = parseArgs(argsText)
  const { runtimeConfig: runtime = {} } = config
  const mac = runtime.mac ?? checkedMac(args.MAC) ?? config.mac
  return {
    mac: mac === undefined ? undefined : parseMac(mac),
    owner: runtime.owner ?? args.OWNER ?? config.owner,
    group: runtime.group ?? args.GROUP ?? config.group,
    multiQueue: runtime.multiQueue ?? args.MULTIQUEUE ?? config.multiQueue ?? false,
  }
}

/** An empty one is as absent. */
function checkedMac(mac: string | undefined): string | undefined {
  if (mac === undefined || mac === '') return undefined
  const reason = refuseMac(mac)
  if (reason === undefined) return mac
  throw new CniError(ErrorCode.invalidConfig, `invalid MAC ${JSON.stringify(mac)}: ${reason}`)
}
