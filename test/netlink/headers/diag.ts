import * as diag from '../../../packages/netlink/dist/diag/index.js'
import { sockoptBits, tcpInfoBits } from '../../support/bit-fields.js'
import type { HeaderFamily, StructLike } from '../../support/header-family.js'

/** C tells neither offset nor size of a bit-field. */
const withoutBits = ({ name, size, members }: StructLike, bits: Readonly<Record<string, string>>): StructLike => ({
  name,
  size,
  members: Object.fromEntries(
    Object.entries(members).map(([key, member]) => [
      key,
      key in bits || key === '_unnamed' ? { size: member.size, layout: { type: 'pad' } } : member,
    ]),
  ),
})

const request = { family: 'sdiag_family', protocol: 'sdiag_protocol' }
const rawRequest = {
  members: {
    ...request,
    ext: 'idiag_ext',
    rawProtocol: 'sdiag_raw_protocol',
    states: 'idiag_states',
    id: 'id',
  },
}
const firstWords = { members: { src: 'idiag_src[0]', dst: 'idiag_dst[0]' } }
const isBits = 'has bit-fields; checked without them; test/netlink/diag.test.ts checks them'

export const headers: HeaderFamily = {
  name: 'sock_diag',
  headers: [
    'linux/sock_diag.h',
    'linux/inet_diag.h',
    'linux/unix_diag.h',
    'linux/netlink_diag.h',
    'linux/packet_diag.h',
    'linux/vm_sockets_diag.h',
    'linux/xdp_diag.h',
    'linux/smc_diag.h',
    'linux/tipc_sockets_diag.h',
  ],
  also: [
    'sys/socket.h',
    'linux/bpf.h',
    'linux/filter.h',
    'linux/if_packet.h',
    'linux/mptcp.h',
    'linux/mptcp_pm.h',
    'linux/sctp.h',
    'linux/tcp.h',
    'linux/tipc_netlink.h',
    'linux/tls.h',
  ],
  declarations: [diag],
  structs: [
    [diag.diagSockFilter, ''],
    [diag.inetDiagSockid, 'idiag_', firstWords],
    [diag.inet6DiagSockid, 'idiag_'],
    [diag.anyDiagSockid, 'idiag_'],
    [diag.inetDiagReq, '', rawRequest],
    [diag.inet6DiagReq, '', rawRequest],
    [diag.inetDiagReqCompat, 'idiag_', { members: { id: 'id' } }],
    [diag.inetDiagMsg, 'idiag_', { members: { id: 'id' } }],
    [diag.inet6DiagMsg, 'idiag_', { members: { id: 'id' } }],
    [diag.inetDiagMeminfo, 'idiag_'],
    [withoutBits(diag.inetDiagSockopt, sockoptBits), ''],
    [diag.inetDiagBcOp, ''],
    [diag.inetDiagHostcond, '', { longer: true }],
    [diag.inetDiagMarkcond, ''],
    [diag.tcpDiagMd5sig, 'tcpm_'],
    [withoutBits(diag.tcpInfo, tcpInfoBits), 'tcpi_'],
    [diag.tcpvegasInfo, 'tcpv_'],
    [diag.tcpDctcpInfo, 'dctcp_'],
    [diag.tcpBbrInfo, 'bbr_'],
    [diag.mptcpInfo, 'mptcpi_'],
    [diag.sctpInfo, 'sctpi_'],
    [diag.unixDiagReq, 'udiag_', { members: request }],
    [diag.unixDiagMsg, 'udiag_'],
    [diag.unixDiagVfs, 'udiag_vfs_'],
    [diag.unixDiagRqlen, 'udiag_'],
    [diag.netlinkDiagReq, 'ndiag_', { members: request }],
    [diag.netlinkDiagMsg, 'ndiag_'],
    [diag.netlinkDiagRing, 'ndr_'],
    [diag.packetDiagReq, 'pdiag_', { members: request }],
    [diag.packetDiagMsg, 'pdiag_'],
    [diag.packetDiagInfo, 'pdi_'],
    [diag.packetDiagMclist, 'pdmc_'],
    [diag.packetDiagRing, 'pdr_'],
    [diag.vsockDiagReq, 'vdiag_', { members: request }],
    [diag.vsockDiagMsg, 'vdiag_'],
    [diag.xdpDiagReq, 'xdiag_', { members: request }],
    [diag.xdpDiagMsg, 'xdiag_'],
    [diag.xdpDiagInfo, ''],
    [diag.xdpDiagRing, ''],
    [diag.xdpDiagUmem, ''],
    [diag.xdpDiagStats, ''],
    [diag.smcDiagReq, 'diag_', { members: { id: 'id' } }],
    [diag.smcDiagMsg, 'diag_', { members: { id: 'id' } }],
    [diag.smcDiagCursor, ''],
    [diag.smcDiagConninfo, ''],
    [diag.smcDiagLinkinfo, ''],
    [diag.smcDiagLgrinfo, ''],
    [diag.smcdDiagDmbinfo, ''],
    [diag.smcDiagFallback, ''],
    [diag.tipcSockDiagReq, 'sdiag_', { members: { states: 'tidiag_states' } }],
  ],
  numbers: Object.fromEntries(Object.entries(diag.TCP.values).map(([name, value]) => [`BPF_TCP_${name}`, value])),
  basics: [diag.tipcDiagAttrs],
  except: {
    INET_DIAG_NOCOOKIE: 'NO_COOKIE here',
    'struct sock_diag_req': 'common header of all requests',
    'struct inet_diag_req_v2': 'struct inet_diag_req_raw, with a member of another name',
    SK_MEMINFO_RMEM_ALLOC: 'index into skMeminfo',
    ...Object.fromEntries(
      [
        'INET_DIAG_NONE',
        'INET_DIAG_REQ_NONE',
        'SK_DIAG_BPF_STORAGE_NONE',
        'SK_DIAG_BPF_STORAGE_REP_NONE',
        'SK_DIAG_BPF_STORAGE_REQ_NONE',
        'SKNLGRP_NONE',
        'SMC_DIAG_NONE',
        'XDP_DIAG_NONE',
      ].map((name) => [name, 'unused placeholder']),
    ),
  },
  unnamed: [
    [diag.tcpInfo, isBits],
    [diag.inetDiagSockopt, isBits],
    [diag.skMeminfo, 'an array of u32, which SK_MEMINFO_* index'],
    [diag.TCP, 'of net/tcp_states.h, which is the kernel’s own; linux/bpf.h has them as BPF_TCP_*'],
  ],
}
