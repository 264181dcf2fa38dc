import java.io.File;
import java.io.FileInputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Arguments: a comma-separated list of flavours (3a,ua1), then files. One line each: file, flavour, verdict, what failed. */
public final class VeraPdf {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int i = 1; i < arguments.length; i++) {
            for (String id : arguments[0].split(",")) {
                System.out.println(arguments[i] + "\t" + id + "\t" + judge(new File(arguments[i]), PDFAFlavour.byFlavourId(id)));
            }
        }
    }

    private static String judge(File file, PDFAFlavour flavour) {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.isCompliant()) {
                return "PASS\t" + result.getTotalAssertions();
            }
            Map<String, String> failed = new LinkedHashMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                failed.putIfAbsent(
                        assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber(), assertion.getMessage());
            }
            return "FAIL\t" + failed;
        } catch (Exception error) {
            return "FAIL\tcannot be read: " + error;
        }
    }
}
