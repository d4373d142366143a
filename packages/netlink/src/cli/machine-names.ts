import { RT_PROTOS, RT_TABLES } from '../api/values/name-files.js'
import type { Names } from '../inspect/index.js'
import { kernelSockets } from '../socket/socket-factory.js'
import { NamespaceNames } from './monitor/names.js'

/** Returns a function that looks up each number only once. */
function remembered(find: (number: number) => string | undefined): (number: number) => string | undefined {
  const known = new Map<number, string | undefined>()
  return (number) => {
    if (!known.has(number)) known.set(number, find(number))
    return known.get(number)
  }
}

/** Names on this machine: those of the links in this namespace, and of tables and protocols in the files of iproute2. */
export class MachineNames implements Names, Disposable {
  readonly #links = new NamespaceNames(kernelSockets(undefined))
  readonly table = remembered((id) => RT_TABLES.nameOf(id))
  readonly protocol = remembered((id) => RT_PROTOS.nameOf(id))

  link(index: number): string | undefined {
    return this.#links.link(index)
  }

  close(): void {
    this.#links.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
