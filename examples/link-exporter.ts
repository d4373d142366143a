// Serves the counters of links to Prometheus, of this namespace and of all in /run/netns: http://127.0.0.1:9117/metrics
//
//   node --import tsx examples/link-exporter.ts [PORT]
import { createServer } from 'node:http'
import { Netlink } from '@netloom/netlink'
import { Netns } from '@netloom/netlink/netns'

const COUNTERS = ['rxBytes', 'txBytes', 'rxPackets', 'txPackets', 'rxErrors', 'txErrors'] as const

/** Quotes the value of a label: names of links may contain quotes and backslashes. */
const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
/** Writes the name of a counter in Prometheus's style: `link_rx_bytes_total`. */
const metric = (key: string) => `link_${key.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)}_total`

function linksOf(netns?: string) {
  using nl = Netlink.open({ netns })
  const labels = (name: string) => `{netns=${quoted(netns ?? '')},dev=${quoted(name)}}`
  return nl.link.listSync().map(({ name, stats }) => ({ labels: labels(name), stats }))
}

function metrics(): string {
  const links = [undefined, ...Netns.list().map(({ name }) => name)].flatMap(linksOf)
  const samplesOf = (key: (typeof COUNTERS)[number]) =>
    links.map(({ labels, stats }) => `${metric(key)}${labels} ${stats?.[key] ?? 0n}\n`).join('')
  return COUNTERS.map((key) => `# TYPE ${metric(key)} counter\n${samplesOf(key)}`).join('')
}

const server = createServer(({ url }, response): unknown => {
  if (url !== '/metrics') return response.writeHead(404).end('expected /metrics\n')
  try {
    return response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics())
  } catch (error) {
    // A namespace may be deleted after it was listed: the next request finds that out.
    return response.writeHead(500).end(`${error}\n`)
  }
})
server.listen(Number(process.argv[2] ?? 9117), '127.0.0.1', () => console.log('listening', server.address()))
