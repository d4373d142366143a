import { rtnetlink } from '../../route/index.js'
import type { Connections } from './connections.js'
import type { AnyConnection } from './operation.js'

/**
 * Returns a connection that sends RTM_* messages to rtnetlink and all others to `own`: operations of other protocols look up links, too.
 * Both are opened when they are first used.
 */
export function withLinks(connections: Connections, own: () => AnyConnection): AnyConnection {
  const of = (name: string): AnyConnection =>
    name.startsWith('RTM_') ? (connections.protocol(rtnetlink) as AnyConnection) : own()
  return {
    request: (name, ...rest) => of(name).request(name, ...rest),
    requestSync: (name, ...rest) => of(name).requestSync(name, ...rest),
    dump: (name, ...rest) => of(name).dump(name, ...rest),
    dumpSync: (name, ...rest) => of(name).dumpSync(name, ...rest),
    batch: (options) => own().batch(options),
  }
}
