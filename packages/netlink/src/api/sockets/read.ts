import { AF, ArgumentError } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { NetlinkError } from '../../message/index.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import { familyNumber } from '../values/ip-text.js'
import { checkKeys } from '../values/objects.js'
import { bytecodeOf, conditionKeys, expressionOf } from './conditions.js'
import { processesOf } from './processes.js'
import { isInet, protocolsOf, type SocketProtocol } from './protocols.js'
import { listProtocol, type Selection } from './request.js'
import { stateBits, stateNumber } from './states.js'
import type { Socket, SocketFilter, SocketOf } from './types.js'

/** The options of a filter. */
export const filterKeys = {
  ...{ protocol: 1, state: 1, family: 1, src: 1, dst: 1, sport: 1, dport: 1, port: 1, dev: 1, mark: 1, cgroup: 1 },
  ...{ where: 1, process: BOOLEAN, info: BOOLEAN, memory: BOOLEAN, tos: BOOLEAN },
} satisfies Record<keyof SocketFilter, unknown>

/** Returns the protocols of a filter. @throws {TypeError} for a condition that one of them does not have */
function protocolsIn(filter: SocketFilter): readonly SocketProtocol[] {
  const condition = conditionKeys.find((key) => filter[key] !== undefined)
  const protocols = protocolsOf(filter.protocol, condition !== undefined)
  const other = condition && protocols.find((protocol) => !isInet(protocol))
  if (other === undefined) return protocols
  throw new ArgumentError(`expected ${condition} of filter only with protocols above IP, got it with ${other}`)
}

/** True if the kernel reports that it has no module for a protocol. */
const isMissing = (error: unknown) => error instanceof NetlinkError && error.code === 'ENOENT'

/** Lists the sockets of a protocol. One that no caller named may be missing in the kernel. */
function* listIfThere(protocol: SocketProtocol, selection: Selection, isNamed: boolean): Operation<readonly Socket[]> {
  try {
    return yield* listProtocol(protocol, selection)
  } catch (error) {
    if (!isNamed && isMissing(error)) return []
    throw error
  }
}

/** Adds the processes that have the sockets open. */
function addProcesses(sockets: readonly Socket[]): void {
  const owners = processesOf(new Set(sockets.map(({ inode }) => inode).filter((inode) => inode !== 0)))
  for (const socket of sockets) Object.assign(socket, { processes: owners.get(socket.inode) ?? [] })
}

/** Lists the sockets of protocols that match the filter. */
export function* listOf(filter: SocketFilter, protocols: readonly SocketProtocol[]): Operation<Socket[]> {
  const { info = false, memory = false, tos = false, process = false, state, family, ...rest } = ownOnly(filter)
  const states = stateBits(state)
  const families = family === undefined ? [AF.INET, AF.INET6] : [familyNumber(family)]
  const expression = expressionOf(rest)
  const bytecode = expression && (yield* bytecodeOf(expression))
  const selection: Selection = { states, families, bytecode, info, memory, tos }
  const sockets: Socket[] = []
  // The kernel does not filter netlink and packet sockets.
  for (const protocol of protocols)
    for (const socket of yield* listIfThere(protocol, selection, filter.protocol !== undefined))
      if ((states & (1 << stateNumber(socket.state))) !== 0) sockets.push(socket)
  if (process) addProcesses(sockets)
  return sockets
}

/** Lists the sockets that match the filter. */
export function* list<P extends SocketProtocol>(filter: SocketFilter<P> = {}): Operation<SocketOf<P>[]> {
  checkKeys('filter', filter, filterKeys)
  return (yield* listOf(filter, protocolsIn(filter))) as SocketOf<P>[]
}
