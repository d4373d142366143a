import type { MonitorEvent } from '../../../connection/events.js'
import { IPPROTO } from '../../../constants/ip.js'
import { XFRM_POLICY_DIR } from '../../../constants/xfrm.js'
import { XFRM_MODE, XFRM_POLICY_TYPE } from '../../../xfrm/constants.js'
import type { xfrm } from '../../../xfrm/index.js'
import type {
  XfrmAcquireMessage,
  XfrmMappingMessage,
  XfrmPolicyIdMessage,
  XfrmStateIdMessage,
} from '../../../xfrm/messages.js'
import { named } from '../../values/names.js'
import { type Draft, withMessage } from '../../values/objects.js'
import { toPolicy } from '../policy/decode.js'
import { assignSelector, familyOfSelector, type SelectorMessage } from '../selector.js'
import { toState } from '../state/decode.js'
import type { XfrmSelector } from '../types.js'
import type { XfrmAcquireEvent, XfrmEvent, XfrmMappingEvent, XfrmMigrateEvent } from './types.js'

type Notification = MonitorEvent<typeof xfrm.messages>

function selectorOf(message: SelectorMessage): XfrmSelector {
  const selector = {} as Draft<XfrmSelector>
  assignSelector(selector, message, familyOfSelector(message))
  return selector
}

function acquired(message: XfrmAcquireMessage): XfrmAcquireEvent {
  const { id, saddr, sel, policy, seq, attrs } = message
  const event = {
    ...({ type: 'acquire', src: saddr, dst: id.daddr, proto: named(IPPROTO, id.proto) } as const),
    ...{ sel: selectorOf(sel), policy: toPolicy({ ...policy, attrs }), seq },
  }
  return withMessage(event, message)
}

function mapped(message: XfrmMappingMessage): XfrmMappingEvent {
  const { id, reqid, oldSaddr, newSaddr, oldSport, newSport } = message
  const event = {
    ...({ type: 'mapping', dst: id.daddr, proto: named(IPPROTO, id.proto), spi: id.spi, reqid } as const),
    ...{ oldSrc: oldSaddr, newSrc: newSaddr, oldSport, newSport },
  }
  return withMessage(event, message)
}

function migrated(message: XfrmPolicyIdMessage): XfrmMigrateEvent | undefined {
  const { sel, dir, attrs } = message
  if (sel === undefined || dir === undefined) return undefined
  const moves = (attrs.migrate ?? []).map((each) => ({
    ...{ oldSrc: each.oldSaddr, oldDst: each.oldDaddr, newSrc: each.newSaddr, newDst: each.newDaddr },
    ...{ proto: named(IPPROTO, each.proto), mode: named(XFRM_MODE, each.mode), reqid: each.reqid },
  }))
  const event = { type: 'migrated', dir: named(XFRM_POLICY_DIR, dir), sel: selectorOf(sel), moves } as const
  return withMessage(event, message)
}

/** The kernel sends a deleted state in an attribute, behind its key. */
const removedState = ({ attrs }: XfrmStateIdMessage): XfrmEvent | undefined =>
  attrs.sa && { type: 'removed', kind: 'state', object: toState({ ...attrs.sa, attrs }) }

const removedPolicy = ({ attrs }: XfrmPolicyIdMessage): XfrmEvent | undefined =>
  attrs.policy && { type: 'removed', kind: 'policy', object: toPolicy({ ...attrs.policy, attrs }) }

/** Converts a notification to an event; undefined for one that is none. */
export function toEvent(event: Notification): XfrmEvent | undefined {
  switch (event.type) {
    case 'overrun':
    case 'unreadable':
      return { type: 'overrun' }
    case 'XFRM_MSG_NEWSA':
      return { type: 'added', kind: 'state', object: toState(event.message) }
    case 'XFRM_MSG_UPDSA':
      return { type: 'changed', kind: 'state', object: toState(event.message) }
    case 'XFRM_MSG_DELSA':
      return removedState(event.message)
    case 'XFRM_MSG_NEWPOLICY':
      return { type: 'added', kind: 'policy', object: toPolicy(event.message) }
    case 'XFRM_MSG_UPDPOLICY':
      return { type: 'changed', kind: 'policy', object: toPolicy(event.message) }
    case 'XFRM_MSG_DELPOLICY':
      return removedPolicy(event.message)
    default:
      return otherEvent(event)
  }
}

/** Converts a notification that is no change of one object. */
function otherEvent(event: Notification): XfrmEvent | undefined {
  switch (event.type) {
    case 'XFRM_MSG_EXPIRE': {
      const { state, hard, attrs } = event.message
      return { type: 'expired', kind: 'state', object: toState({ ...state, attrs }), hard: hard !== 0 }
    }
    case 'XFRM_MSG_POLEXPIRE': {
      const { pol, hard, attrs } = event.message
      return { type: 'expired', kind: 'policy', object: toPolicy({ ...pol, attrs }), hard: hard !== 0 }
    }
    case 'XFRM_MSG_ACQUIRE':
      return acquired(event.message)
    case 'XFRM_MSG_FLUSHSA': {
      const { proto } = event.message
      return { type: 'flushed', kind: 'state', ...(proto !== 0 && { proto: named(IPPROTO, proto) }) }
    }
    case 'XFRM_MSG_FLUSHPOLICY': {
      const { policyType } = event.message.attrs
      return { type: 'flushed', kind: 'policy', ptype: named(XFRM_POLICY_TYPE, policyType?.type ?? 0) }
    }
    case 'XFRM_MSG_MIGRATE':
      return migrated(event.message)
    case 'XFRM_MSG_MAPPING':
      return mapped(event.message)
    default:
      return undefined
  }
}
