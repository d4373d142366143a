import type { Declaration } from '../../codec/index.js'
import { connector } from '../../connector/index.js'
import { sockDiag } from '../../diag/index.js'
import { declaredFamily } from '../../dissect/known.js'
import { NETLINK, type NumberedProtocol } from '../../message/index.js'
import { netfilter } from '../../netfilter/index.js'
import { rdma } from '../../rdma/index.js'
import { rtnetlink } from '../../route/index.js'
import { uevent } from '../../uevent/index.js'
import { xfrm } from '../../xfrm/index.js'
import type { Wanted } from './objects.js'

type Any = Declaration<unknown>

const protocols: readonly NumberedProtocol[] = [rtnetlink, netfilter, xfrm, sockDiag, rdma, connector]

/** Returns the declarations of the kernel's messages in the groups. Undefined: a family is unknown, and its messages can be anything. */
export function declarationsOf({ groups, generic }: Wanted): readonly Any[] | undefined {
  const numbers = new Set(groups.map(({ protocol }) => protocol))
  const found = protocols.filter(({ number }) => numbers.has(number)).flatMap(({ messages }) => repliesOf(messages))
  if (numbers.has(NETLINK.KOBJECT_UEVENT)) found.push(uevent)
  for (const { family } of generic) {
    const declared = declaredFamily(family)
    if (declared === undefined) return undefined
    found.push(...repliesOf(declared.replies), ...repliesOf(declared.notifications))
  }
  return found
}

const repliesOf = (messages: NumberedProtocol['messages']): Any[] =>
  Object.values(messages).map(([, declaration, reply]) => reply ?? declaration)
