import { DUPLEX } from '../../constants/index.js'
import type { TeamMessage, TeamOptionAttrs, TeamPortAttrs } from '../../generic/team.js'
import { named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import { typeOf } from './option-type.js'
import type { TeamEvent, TeamOption, TeamPort } from './types.js'

/** Converts the attributes of an option. */
export function toOption({ name = '', type, data, portIfindex, arrayIndex }: TeamOptionAttrs): TeamOption {
  const word = typeOf(type)
  return {
    ...{ name, type: word },
    // A flag without data is false.
    value: word === 'bool' ? data === true : (data as TeamOption['value']),
    ...defined({ dev: portIfindex, arrayIndex }),
  }
}

/** Converts the attributes of a port. */
export const toPort = ({ ifindex = 0, linkup, speed = 0, duplex = DUPLEX.HALF }: TeamPortAttrs): TeamPort => ({
  ...{ dev: ifindex, isLinkUp: linkup === true, speed, duplex: named(DUPLEX, duplex) },
})

const optionAttrs = ({ attrs }: TeamMessage) => attrs.listOption?.option ?? []
const portAttrs = ({ attrs }: TeamMessage) => attrs.listPort?.port ?? []

/** Returns the options of some messages, in the kernel's order. */
export const optionsOf = (messages: readonly TeamMessage[]): TeamOption[] =>
  messages.flatMap((message) => optionAttrs(message).map(toOption))

/** Returns the ports of some messages, in the kernel's order. */
export const portsOf = (messages: readonly TeamMessage[]): TeamPort[] =>
  messages.flatMap((message) => portAttrs(message).map(toPort))

/** Converts a notification. */
export function toTeamEvent(message: TeamMessage): TeamEvent {
  const team = message.attrs.teamIfindex ?? 0
  const isRemoved = ({ removed }: { readonly removed?: boolean | undefined }) => removed === true
  if (message.attrs.listPort !== undefined) {
    const ports = portAttrs(message).map((each) => ({ ...toPort(each), isRemoved: isRemoved(each) }))
    return withMessage({ type: 'ports' as const, team, ports }, message)
  }
  const options = optionAttrs(message).map((each) => ({ ...toOption(each), isRemoved: isRemoved(each) }))
  return withMessage({ type: 'options' as const, team, options }, message)
}
