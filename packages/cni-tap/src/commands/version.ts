import { printable } from '@netloom/netlink/codec'
import { parseJson, record, string } from '../json.js'
import type { Host, Reply } from '../request.js'
import { newestVersion, supportedVersions } from '../version.js'

/** VERSION: tells what is spoken, in the version that was asked in. Whatever stdin holds, there is an answer. */
export function version(host: Host): Reply {
  const answer = { cniVersion: askedIn(host), supportedVersions }
  return { stdout: `${printable(JSON.stringify(answer))}\n` }
}

function askedIn(host: Host): string {
  try {
    return record({ cniVersion: string }).decode(parseJson(host.readStdin()), '').cniVersion ?? newestVersion
  } catch {
    return newestVersion
  }
}
