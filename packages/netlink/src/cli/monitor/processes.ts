import { output, written } from '../../codec/output.js'
import { writeRequest } from '../../connection/request.js'
import { type CnProcRequest, connector, procIgnore, procListen } from '../../connector/index.js'
import type { Transport } from '../../socket/transport.js'

/** Requests the events of processes. Disposing of the result ends them, before the socket is closed. */
export function listenToProcesses(transport: Transport): Disposable {
  send(transport, procListen())
  return { [Symbol.dispose]: () => send(transport, procIgnore()) }
}

function send(transport: Transport, value: CnProcRequest): void {
  const out = output()
  writeRequest(out, connector, 'NLMSG_DONE', value, { flags: 0, seq: 0, pid: transport.port })
  transport.send(written(out))
}
