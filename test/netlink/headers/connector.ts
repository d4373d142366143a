import * as connector from '../../../packages/netlink/dist/connector/index.js'
import type { HeaderFamily, StructRow } from '../../support/header-family.js'

/** The members of a `struct proc_event`: the last one is in a union. */
const events = Object.values(connector.procEvents).map((each): StructRow => {
  const [member = ''] = Object.keys(each.members).filter((key) => !['what', 'cpu', 'timestampNs', '_pad'].includes(key))
  return [each, '', { members: { [member]: `event_data.${member}` } }]
})

export const headers: HeaderFamily = {
  name: 'connector',
  headers: ['linux/connector.h', 'linux/cn_proc.h'],
  also: ['linux/netlink.h'],
  declarations: [connector],
  structs: [
    [connector.cbId, ''],
    [connector.cnMsg, ''],
    [connector.procInput, ''],
    [connector.forkProcEvent, ''],
    [connector.execProcEvent, ''],
    [connector.idProcEvent, '', { members: { r: 'r', e: 'e' } }],
    [connector.sidProcEvent, ''],
    [connector.ptraceProcEvent, ''],
    [connector.commProcEvent, ''],
    [connector.coredumpProcEvent, ''],
    [connector.exitProcEvent, ''],
    ...events,
  ],
  numbers: { 'sizeof(enum proc_cn_mcast_op)': connector.procMcast.size },
  unnamed: [[connector.procMcast, 'an enum alone']],
  except: {
    'CN_W1_*': 'a user that is declared by none of its names',
    'CN_DST_*': 'a user that the kernel no longer has',
    'CN_KVP_*': 'a user that is declared by none of its names',
    'CN_VSS_*': 'a user that is declared by none of its names',
    CN_NETLINK_USERS: 'a count',
    PROC_EVENT_ALL: 'several bits',
  },
}
