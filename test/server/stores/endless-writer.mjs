// Writes one document repeatedly and prints each number when it is acknowledged. The test kills it.
const [, , library, directory] = process.argv;
const { FileServerStore } = await import(library);
const store = new FileServerStore({ directory });
for (let count = 1; ; count++) {
  const text = `<n><!--${count}-->${'x'.repeat(100_000)}</n>`;
  await store.save('resource-lists/users/sip:ann@x.example/index', { body: Buffer.from(text) });
  process.stdout.write(`${count}\n`);
}
