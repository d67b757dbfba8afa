// The guest's side of a chat over WebSockets, for mockmews: one connection for each guest.
// It needs Node.js and no packages. Adapt the next three lines to your app.
const address = (guest) => `/chat?guest=${encodeURIComponent(guest.id)}&name=${encodeURIComponent(guest.name)}`
const outgoing = (text) => JSON.stringify({ text })
const shown = (data) => { const said = JSON.parse(data); return said.author === 'hotel' ? said.text : null }

const http = require('http')
const https = require('https')
const crypto = require('crypto')
const readline = require('readline')

const app = process.argv[2]
const guests = new Map()
const print = (line) => console.log(JSON.stringify(line))

function connect (guest) {
  return new Promise((resolve, reject) => {
    const key = crypto.randomBytes(16).toString('base64')
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key }
    const request = (app.startsWith('https:') ? https : http).request(app + address(guest), { headers, agent: false })
    request.on('error', reject)
    request.on('response', (answer) => reject(new Error(`the app answered ${answer.statusCode} to the WebSocket`)))
    request.on('upgrade', (answer, socket, head) => { listen(socket, head, guest); resolve(socket) })
    request.end()
  })
}

function listen (socket, head, guest) {
  let buffer = head
  let parts = []
  const read = () => {
    while (buffer.length >= 2) {
      let length = buffer[1] & 127
      const start = length === 126 ? 4 : length === 127 ? 10 : 2
      if (buffer.length < start) return
      if (length === 126) length = buffer.readUInt16BE(2)
      if (length === 127) length = Number(buffer.readBigUInt64BE(2))
      if (buffer.length < start + length) return
      const [last, kind] = [buffer[0] & 128, buffer[0] & 15]
      const data = buffer.subarray(start, start + length)
      buffer = buffer.subarray(start + length)
      if (kind === 9) send(socket, 10, data)
      if (kind === 8) socket.end()
      if (kind < 8) parts.push(data)
      if (kind < 8 && last) {
        const text = shown(Buffer.concat(parts).toString())
        parts = []
        if (text !== null) print({ guest: guest.id, shown: text })
      }
    }
  }
  socket.on('data', (data) => { buffer = Buffer.concat([buffer, data]); read() })
  socket.on('error', (error) => print({ error: `${guest.id}: ${error.message}` }))
  socket.on('close', () => guests.delete(guest.id))
  read()
}

function send (socket, kind, data) {
  const size = data.length < 126 ? Buffer.from([128 | data.length]) : Buffer.alloc(data.length < 65536 ? 3 : 9)
  if (size.length === 3) { size[0] = 128 | 126; size.writeUInt16BE(data.length, 1) }
  if (size.length === 9) { size[0] = 128 | 127; size.writeBigUInt64BE(BigInt(data.length), 1) }
  const mask = crypto.randomBytes(4)
  socket.write(Buffer.concat([Buffer.from([128 | kind]), size, mask, data.map((byte, place) => byte ^ mask[place % 4])]))
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { say, guest } = JSON.parse(line)
  if (!guests.has(guest.id)) guests.set(guest.id, connect(guest))
  try {
    send(await guests.get(guest.id), 1, Buffer.from(outgoing(say)))
  } catch (error) {
    guests.delete(guest.id)
    print({ error: `${guest.id}: ${error.message}` })
  }
}).on('close', () => process.exit())
