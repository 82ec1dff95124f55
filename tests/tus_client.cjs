// Uploads one file with tus-js-client as the tablet's author would: node tus_client.cjs '{"endpoint": …}'
// Prints one JSON line when the upload ended: {"url": …} or {"error": …}.
const fs = require('node:fs')
const path = require('node:path')
const tus = require(path.join(__dirname, '..', 'node_modules', 'tus-js-client'))

const { endpoint, token, file, metadata, chunkSize, withCreation } = JSON.parse(process.argv[2])
const upload = new tus.Upload(fs.createReadStream(file), {
  endpoint,
  metadata,
  headers: { Authorization: `Bearer ${token}` },
  uploadSize: fs.statSync(file).size,
  chunkSize: chunkSize || Infinity,
  uploadDataDuringCreation: Boolean(withCreation),
  retryDelays: [0, 100, 300, 500, 1000, 1000, 1000, 2000, 2000, 2000, 3000, 3000],
  onSuccess: () => console.log(JSON.stringify({ url: upload.url })),
  onError: (error) => {
    const answer = error.originalResponse
    console.log(JSON.stringify({ error: error.message, status: answer ? answer.getStatus() : null }))
  },
})
upload.start()
