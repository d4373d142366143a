import { type CommonKind, commonKinds, type Kind, kinds } from '../cache/kinds.js'
import { dropWithLink, type Stores } from '../cache/silent-changes.js'
import { Store } from '../cache/store.js'
import type { DissectedMessage } from '../dissect/index.js'
import { NLM_F_NEW } from '../message/index.js'
import type { NamespaceObjects } from './graph/index.js'

type Stored = Parameters<Store<never>['put']>[0] & { readonly family: number; readonly attrs: object }

const kindByNoun = new Map(commonKinds.map((name) => [kinds[name].noun, name]))

/** Returns kind and verb of a message that reports an object: `RTM_NEWLINK`. */
function reported({ protocol, toKernel, type }: DissectedMessage): { kind: CommonKind; isNew: boolean } | undefined {
  if (protocol !== 'NETLINK_ROUTE' || toKernel || !/^RTM_(NEW|DEL)/.test(type)) return undefined
  const kind = kindByNoun.get(type.slice('RTM_NEW'.length))
  return kind && { kind, isNew: type.startsWith('RTM_NEW') }
}

/** True if the message of the kernel reports a link, an address, a route, a neighbour, a rule or a next hop. */
export const reportsObject = (message: DissectedMessage): boolean => reported(message) !== undefined

/** Links, addresses, routes, neighbours, rules and next hops, as far as the messages of a capture report them. */
export class MomentObjects {
  readonly stores = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, new Store(kind as never)]),
  ) as unknown as Stores

  /** Applies a message, if it reports an object. */
  apply(message: DissectedMessage): void {
    const found = reported(message)
    if (found === undefined || message.error) return
    const { flags = 0 } = message.header ?? {}
    this.#apply(found.kind, message.value as Stored, found.isNew, (flags & NLM_F_NEW.REPLACE) !== 0)
  }

  #apply(name: CommonKind, object: Stored, isNew: boolean, replaces: boolean): void {
    const kind = kinds[name] as unknown as Kind<Stored>
    const store = this.stores[name] as unknown as Store<Stored>
    if (!kind.isOne(object)) return
    const change = () => (isNew ? store.put(object, replaces) : store.remove(object))
    if (change().isAmbiguous) {
      // A cache would dump the objects again. Here, the last message counts.
      const key = kind.replacementKey?.(object)
      store.drop((other) => kind.replacementKey?.(other) === key)
      if (isNew) change()
    }
    if (name === 'link' && !isNew) dropWithLink(this.stores, Number(kind.identity(object)))
  }

  /** Returns the objects for `topology`, as those of one namespace. */
  namespace(name: string): NamespaceObjects {
    const { link, address, route } = this.stores
    return {
      name,
      links: [...link.objects.values()],
      addresses: [...address.objects.values()],
      routes: [...route.objects.values()],
    }
  }

  /** Returns a copy that further messages do not change. */
  copy(): MomentObjects {
    const copy = new MomentObjects()
    for (const name of commonKinds) {
      const to = copy.stores[name] as unknown as Store<Stored>
      for (const object of this.stores[name].objects.values()) to.put(object as Stored, false)
    }
    return copy
  }
}
