// Writes one document again and again, and says each number once it was acknowledged; killed by its test.
const [, , library, folder] = process.argv;
const { FileServerStore } = await import(library);
const store = new FileServerStore(folder);
for (let count = 1; ; count++) {
  const text = `<n><!--${count}-->${'x'.repeat(100_000)}</n>`;
  await store.write('resource-lists/users/sip:ann@x.example/index', Buffer.from(text));
  process.stdout.write(`${count}\n`);
}
