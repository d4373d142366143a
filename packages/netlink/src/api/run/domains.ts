import type { NftOperations } from '../nft/operations.js'
import type { Connections } from './connections.js'

/**
 * Parts of the API that few programs use, with their operations. The name is that of a folder of `api`, whose module `operations`
 * exports {@link Domain.open}.
 */
export interface Domains {
  readonly nft: NftOperations
}

interface Domain<O> {
  /** Creates the operations. They open their connections when they are first used. */
  open(connections: Connections): O
}

/**
 * Loads a part of the API, on its first use: the declarations of all of them would double the time that the import of this package takes.
 * `import()` would be asynchronous, but operations also have a synchronous form.
 * @throws {Error} if the module is not found
 */
export function loadDomain<K extends keyof Domains>(name: K, connections: Connections): Domains[K] {
  const { createRequire } = process.getBuiltinModule('node:module')
  return loaded<K>(createRequire(import.meta.url), name).open(connections)
}

function loaded<K extends keyof Domains>(load: NodeJS.Require, name: K): Domain<Domains[K]> {
  try {
    return load(`#domains/${name}`) as Domain<Domains[K]>
  } catch (cause) {
    throw new Error(
      `cannot load the module of nl.${name}. A program that bundles its dependencies must leave @netloom/netlink out of the bundle`,
      { cause },
    )
  }
}

/** The parts of the API that a {@link Netlink} has loaded. */
export class LoadedDomains {
  readonly #connections: Connections
  readonly #loaded: { -readonly [K in keyof Domains]?: Domains[K] } = {}

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** Returns the operations of a domain, always the same ones. */
  get<K extends keyof Domains>(name: K): Domains[K] {
    const known: Domains[K] | undefined = this.#loaded[name]
    if (known !== undefined) return known
    const operations = loadDomain(name, this.#connections)
    this.#loaded[name] = operations
    return operations
  }
}
