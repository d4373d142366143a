import { FileButton } from './header.js'

/** What the page shows before a capture is open. */
export function Welcome({
  failure,
  open,
}: {
  readonly failure: string
  readonly open: (file: Blob, name: string) => void
}) {
  return (
    <main class="welcome">
      <div class="drop">
        <h2>Drop a capture here</h2>
        <p>
          A pcap or pcapng file of netlink messages, or a log of strace. It stays in this browser: the page cannot
          connect to anything.
        </p>
        <FileButton open={open} />
        {failure !== '' && (
          <p class="refusal" role="alert">
            <b>⚠</b> {failure}
          </p>
        )}
      </div>
      <div class="how">
        <h3>Record one</h3>
        <pre>{'netloom trace -o capture.pcapng -- ip link add br0 type bridge'}</pre>
        <pre>{'ip link add nlmon0 type nlmon && ip link set nlmon0 up\ntcpdump -i nlmon0 -w capture.pcap'}</pre>
        <pre>
          {
            'strace -f -ttt -T -yy -e trace=%network -e read=all -e write=all \\\n  -o capture.log ip route add default via 192.0.2.1'
          }
        </pre>
      </div>
    </main>
  )
}
