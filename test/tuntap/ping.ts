import { netTool } from '../support/net-tools.js'
import type { Namespace } from '../support/netns.js'
import { PATIENCE, until } from '../support/until.js'

/** Runs ping in a namespace. Throws if it fails. */
export function runPing({ exec }: Namespace, ...args: (string | number)[]): string {
  const [program = '', ...rest] = netTool('ping', ...args)
  return exec(program, rest, { stdio: 'pipe' })
}

/** Returns the numbers of echo requests that the kernel has sent, and of replies that it has received. */
function echoes({ exec }: Namespace): readonly [sent: number, received: number] {
  const [names = '', values = ''] = exec('grep', ['^Icmp:', '/proc/net/snmp']).split('\n')
  const ofIpv4 = (name: string) => Number(values.split(' ')[names.split(' ').indexOf(name)])
  const snmp6 = exec('cat', ['/proc/net/snmp6'])
  const ofIpv6 = (name: string) => Number(new RegExp(`^Icmp6${name}\\s+(\\d+)$`, 'm').exec(snmp6)?.[1])
  return [ofIpv4('OutEchos') + ofIpv6('OutEchos'), ofIpv4('InEchoReps') + ofIpv6('InEchoReplies')]
}

/**
 * Pings until that many answers have arrived, then waits for the others: each request that the kernel has sent must be answered. ping
 * itself does not wait for answers that are later than earlier ones.
 */
export async function ping(from: Namespace, address: string, count: number, ...args: (string | number)[]) {
  const [sent, received] = echoes(from)
  runPing(from, '-q', '-w', PATIENCE / 1000, '-i', 0.01, '-c', count, ...args, address)
  await until(`all answers of ${address}`, () => {
    const [sentNow, receivedNow] = echoes(from)
    return sentNow - sent >= count && sentNow - sent === receivedNow - received
  })
}
