// Stands for your application: a page that lists the credits.
import { createServer } from 'node:http';

const page = `<!doctype html>
<title>Credits</title>
<table></table>
<p role="alert"></p>
<script type="module">
  const headers = { Authorization: 'Token c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00' };
  const answer = await fetch('${process.env.API}/api/customer-credits/', { headers });
  if (answer.ok) {
    for (const credit of await answer.json()) {
      const row = document.querySelector('table').insertRow();
      row.insertCell().textContent = credit.customer_name;
      row.insertCell().textContent = credit.value;
    }
  } else {
    document.querySelector('p').textContent = 'The list cannot be shown: ' + answer.status;
  }
</script>`;

createServer((_, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(page);
}).listen(Number(process.env.PORT), '127.0.0.1');
