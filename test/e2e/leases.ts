import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reservations of host-local in a folder of their own. */
export class Leases {
  constructor(readonly folder: string) {}

  /** Returns the addresses that a network reserves. */
  of(network: string): string[] {
    const folder = join(this.folder, network)
    return existsSync(folder) ? readdirSync(folder).filter((each) => /^[\d.]+$/.test(each)) : []
  }

  /** Returns the container and the interface of a reserved address. */
  holder(network: string, address: string): readonly string[] {
    return readFileSync(join(this.folder, network, address), 'utf8')
      .trim()
      .split(/\r?\n/)
  }
}

const results = '/var/lib/cni/results'

/** An attachment as libcni keeps it: the configuration in base64, the result, and the parameters of ADD. */
export interface CachedAttachment {
  readonly config: string
  readonly result: object
  readonly cniArgs: readonly (readonly [string, string])[]
}

/** Returns the names of the attachments of a container that libcni keeps. */
export const cachedNames = (containerId: string): string[] =>
  existsSync(results) ? readdirSync(results).filter((name) => name.includes(containerId)) : []

export const readCached = (name: string): CachedAttachment => JSON.parse(readFileSync(join(results, name), 'utf8'))
