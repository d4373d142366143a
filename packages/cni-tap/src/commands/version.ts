import { printable } from '@netloom/netlink/codec'
import { parseJson, record, string } from '../cni/json.js'
import type { Process, Reply } from '../cni/request.js'
import { newestVersion, supportedVersions } from '../cni/version.js'

/** Milliseconds. The specification has runtimes write a version to stdin, but callers exist that neither write nor close it. */
const patience = 100

/** VERSION: returns the supported versions, in the version that the caller named. Whatever stdin holds, there is an answer. */
export async function version(caller: Process): Promise<Reply> {
  const answer = { cniVersion: await askedIn(caller), supportedVersions }
  return { stdout: `${printable(JSON.stringify(answer))}\n` }
}

async function askedIn(caller: Process): Promise<string> {
  try {
    const json = parseJson(await caller.readStdinBriefly(patience))
    return record({ cniVersion: string }).decode(json, '').cniVersion ?? newestVersion
  } catch {
    return newestVersion
  }
}
