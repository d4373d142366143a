import { calledBy } from '../../connection/caller.js'
import { xfrm } from '../../xfrm/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { describePolicy, describeState } from './describe.js'
import { policyRows, type XfrmPolicyOperations } from './policy/operations.js'
import { stateRows, type XfrmStateOperations } from './state/operations.js'
import { toEvent } from './watch/events.js'
import type { XfrmEvent } from './watch/types.js'

/** Operations on IPsec: `nl.xfrm`. */
export interface XfrmOperations {
  /** States (security associations): keys and counters, like `ip xfrm state`. */
  readonly state: XfrmStateOperations
  /** Policies: the states that packets must pass, like `ip xfrm policy`. */
  readonly policy: XfrmPolicyOperations
  /**
   * Returns changes of states and policies, and the kernel's requests for states, for `for await`. Like `ip xfrm monitor`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<XfrmEvent>
}

const groups = ['ACQUIRE', 'EXPIRE', 'SA', 'POLICY', 'MIGRATE', 'MAPPING'] as const

/** Creates the operations. */
export const open = (connections: Connections): XfrmOperations => {
  const own = () => connections.protocol(xfrm)
  const connection = withLinks(connections, () => own() as AnyConnection)
  const watch: XfrmOperations['watch'] = (options = {}) =>
    calledBy(watch, () =>
      EventStream.from(
        {
          open: (given) => own().monitor(groups, given),
          start: async () => {},
          async *events(monitor): AsyncGenerator<XfrmEvent> {
            for await (const event of monitor) {
              const converted = toEvent(event)
              if (converted !== undefined) yield converted
            }
          },
        },
        options,
      ),
    )
  return {
    state: bind<XfrmStateOperations>(new Runner(() => connection, 'state', describeState), stateRows),
    policy: bind<XfrmPolicyOperations>(new Runner(() => connection, 'policy', describePolicy), policyRows),
    watch,
  }
}
