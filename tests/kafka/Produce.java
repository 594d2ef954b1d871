// Produce to Kafka what `kcat -J` printed: value, key, partition and time.  (kcat itself cannot set a time.)
//
//   java -cp "$(start.sh --jars)" Produce.java HOST:PORT [TOPIC] <ENVELOPES
//
// Without TOPIC each record goes to the one that it came from.  Status 0 if the broker has taken all of them.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Produce {
	// kcat escapes control bytes, quotes and backslashes only; all other bytes stand there as they are, UTF-8 or not.
	// Read and written as Latin-1, every byte is a character and comes out the same.
	private static byte[] bytes(JsonNode text) {
		return text == null || text.isNull() ? null : text.textValue().getBytes(StandardCharsets.ISO_8859_1);
	}

	private static ProducerRecord<byte[], byte[]> record(JsonNode envelope, String topic) {
		JsonNode time = envelope.get("ts");
		return new ProducerRecord<>(
			topic != null ? topic : envelope.get("topic").textValue(),
			envelope.has("partition") ? (Integer) envelope.get("partition").intValue() : null,
			time != null && time.longValue() >= 0 ? (Long) time.longValue() : null,
			bytes(envelope.get("key")),
			bytes(envelope.get("payload")));
	}

	public static void main(String[] args) throws Exception {
		Map<String, Object> settings = Map.of(
			"bootstrap.servers", args[0],
			"acks", "all",
			"linger.ms", 5,
			"max.block.ms", 20000,
			"delivery.timeout.ms", 60000,
			"request.timeout.ms", 20000);
		String topic = args.length > 1 ? args[1] : null;
		AtomicReference<Exception> failed = new AtomicReference<>();
		ObjectMapper json = new ObjectMapper();
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));

		try (KafkaProducer<byte[], byte[]> producer =
			new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
			for (String line; (line = in.readLine()) != null && failed.get() == null;)
				producer.send(record(json.readTree(line), topic), (where, e) -> failed.compareAndSet(null, e));
		}
		if (failed.get() != null) {
			System.err.println("Produce: " + failed.get());
			System.exit(1);
		}
	}
}
